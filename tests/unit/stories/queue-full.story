# The ACK is dropped; the client thinks that it is open.
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
85 s full
1000025 s > SYN,ACK 0 1 again=1
1000031 c < SYN,ACK 0 1 again=1
1000035 c > ACK 1 1
1000084 s < ACK 1 1
1000085 s full
server cause=timeout
3000025 s SYN-RECEIVED CLOSED as=hidden by=timer reason=timeout tries=1
