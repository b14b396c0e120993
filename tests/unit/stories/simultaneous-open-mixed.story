0 c CLOSED SYN-SENT by=812
1 c > SYN 0
server role=1
5 s CLOSED SYN-SENT by=33
6 s > SYN 0
20 c < SYN 0
21 c SYN-SENT SYN-RECEIVED by=segment
22 c > SYN,ACK 0 1
40 s < SYN,ACK 0 1
41 s SYN-SENT ESTABLISHED by=segment seq=1 ack=1
42 s > ACK 1 1
60 c < ACK 1 1
61 c SYN-RECEIVED ESTABLISHED by=segment seq=1 ack=1
