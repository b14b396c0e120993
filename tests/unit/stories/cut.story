# A large segment with the FIN is cut on its way: the FIN is the same.
client sent=3000
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
1000 c ESTABLISHED FIN-WAIT-1 by=812 seq=3001 ack=1
1014 c > FIN,PSH,ACK 1 1 len=3000
1020 s < FIN,PSH,ACK 1449 1 len=1552
1021 s ESTABLISHED CLOSE-WAIT by=segment seq=1 ack=3002
1025 s > ACK 1 3002
1030 c < ACK 1 3002
1031 c FIN-WAIT-1 FIN-WAIT-2 by=segment
1040 s CLOSE-WAIT LAST-ACK by=301 seq=1 ack=3002
1045 s > FIN,ACK 1 3002
1050 c < FIN,ACK 1 3002
1051 c FIN-WAIT-2 TIME-WAIT as=hidden by=segment
1060 c FIN-WAIT-2 CLOSED as=raw by=segment
1065 c > ACK 3002 2
1070 s < ACK 3002 2
1071 s LAST-ACK CLOSED by=segment
