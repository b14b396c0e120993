# The second recording ended early: what it does not have may have come.
client recording=1
server recording=2
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
9001000 c ESTABLISHED FIN-WAIT-1 by=812 seq=79 ack=1
9001014 c > FIN,ACK 79 1
12001014 c > FIN,ACK 79 1 again=1
