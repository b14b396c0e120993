# The client has no segments: half of each is observed.
0 c CLOSED SYN-SENT by=812
21 s < SYN 0
22 s LISTEN SYN-RECEIVED as=hidden by=segment
25 s > SYN,ACK 0 1
33 c SYN-SENT ESTABLISHED by=segment seq=1 ack=1
84 s < ACK 1 1
85 s LISTEN SYN-RECEIVED as=raw by=segment
86 s SYN-RECEIVED ESTABLISHED by=segment seq=1 ack=1
