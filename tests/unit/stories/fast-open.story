client flag=fast-open
server flag=fast-open
0 c CLOSED SYN-SENT by=812
9 c > SYN 0 len=100
21 s < SYN 0 len=100
22 s LISTEN SYN-RECEIVED by=segment
25 s > SYN,ACK 0 101
31 c < SYN,ACK 0 101
33 c SYN-SENT ESTABLISHED by=segment seq=101 ack=1
70 c > ACK 101 1
84 s < ACK 101 1
86 s SYN-RECEIVED ESTABLISHED by=segment seq=1 ack=101
