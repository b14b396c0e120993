0 c CLOSED SYN-SENT by=812
9 c > SYN 0
21 s < SYN 0
22 s LISTEN SYN-RECEIVED as=hidden by=segment
25 s > SYN,ACK 0 1
31 c < SYN,ACK 0 1
33 c SYN-SENT ESTABLISHED by=segment seq=1 ack=1
70 c > ACK 1 1
84 s < ACK 1 1
85 s LISTEN SYN-RECEIVED as=raw by=segment
86 s SYN-RECEIVED ESTABLISHED by=segment seq=1 ack=1
1000 c ESTABLISHED FIN-WAIT-1 by=812 seq=1 ack=1
1003 c > FIN,ACK 1 1
1001 s ESTABLISHED FIN-WAIT-1 by=301 seq=1 ack=1
1004 s > FIN,ACK 1 1
1010 c < FIN,ACK 1 1
1011 c FIN-WAIT-1 CLOSING by=segment seq=2 ack=2
1013 c > ACK 2 2
1012 s < FIN,ACK 1 1
1013 s FIN-WAIT-1 CLOSING by=segment seq=2 ack=2
1014 s > ACK 2 2
client flag=minisocket cause=closed
1020 c < ACK 2 2
1021 c CLOSING TIME-WAIT as=hidden by=segment
1022 c CLOSING CLOSED as=raw by=segment
server flag=minisocket cause=closed
1021 s < ACK 2 2
1022 s CLOSING TIME-WAIT as=hidden by=segment
1023 s CLOSING CLOSED as=raw by=segment
