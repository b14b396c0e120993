0 c CLOSED SYN-SENT by=812
1 c > SYN 0
10 s < SYN 0
11 s LISTEN SYN-RECEIVED as=hidden by=segment
12 s > SYN,ACK 0 1
20 c < SYN,ACK 0 1
21 c SYN-SENT ESTABLISHED by=segment seq=1 ack=1
22 c > ACK 1 1
30 s < ACK 1 1
31 s LISTEN SYN-RECEIVED as=raw by=segment
32 s SYN-RECEIVED ESTABLISHED by=segment seq=1 ack=1
server state=CLOSED
1000 s gone
5000 c ESTABLISHED FIN-WAIT-1 by=812 seq=1 ack=1
5001 c > FIN,ACK 1 1
9000000 c > FIN,ACK 1 1 again=1
10000000 c FIN-WAIT-1 FIN-WAIT-1 by=812
