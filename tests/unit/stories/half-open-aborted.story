# The request is aborted, the client has its SYN,ACK already.
server flag=request
0 c CLOSED SYN-SENT by=812
9 c > SYN 0
21 s < SYN 0
22 s LISTEN SYN-RECEIVED as=hidden by=segment
25 s > SYN,ACK 0 1
31 c < SYN,ACK 0 1
33 c SYN-SENT ESTABLISHED by=segment seq=1 ack=1
70 c > ACK 1 1
84 s < ACK 1 1
server cause=aborted
1500 s SYN-RECEIVED CLOSED as=hidden by=99 reason=aborted
