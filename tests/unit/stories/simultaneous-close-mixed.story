client
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
1000 c ESTABLISHED FIN-WAIT-1 by=812 seq=1 ack=1
1001 c > FIN,ACK 1 1
1005 s ESTABLISHED FIN-WAIT-1 by=33 seq=1 ack=1
1006 s > FIN,ACK 1 1
1010 c < FIN,ACK 1 1
1011 c FIN-WAIT-1 CLOSING by=segment seq=2 ack=2
1012 c > ACK 2 2
1020 s < ACK 2 2
1021 s FIN-WAIT-1 FIN-WAIT-2 by=segment seq=2 ack=1
200000 c > FIN,ACK 1 2 again=1
server flag=minisocket
200010 s < FIN,ACK 1 2
200011 s FIN-WAIT-2 TIME-WAIT as=hidden by=segment seq=2 ack=2
200012 s > ACK 2 2
client flag=minisocket
200020 c < ACK 2 2
200021 c CLOSING TIME-WAIT as=hidden by=segment
2000000 c TIME-WAIT TIME-WAIT as=hidden by=segment
