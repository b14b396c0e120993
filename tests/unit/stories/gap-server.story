# Whether the second FIN arrived nobody knows: events of the server were dropped.
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
1014 c > FIN,ACK 1 1
1020 s < FIN,ACK 1 1
1021 s ESTABLISHED CLOSE-WAIT by=segment seq=1 ack=2
1025 s > ACK 1 2
201014 c > FIN,ACK 1 1 again=1
201020 s gap count=2
201030 c < ACK 1 2
201031 c FIN-WAIT-1 FIN-WAIT-2 by=segment
now 90000000
