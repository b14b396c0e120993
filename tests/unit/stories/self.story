# It connected to itself: both ends are one endpoint.
client self=1
0 c CLOSED SYN-SENT by=812
5 c > SYN 0
9 c < SYN 0
10 c SYN-SENT SYN-RECEIVED by=segment
12 c > SYN,ACK 0 1
20 c < SYN,ACK 0 1
21 c SYN-RECEIVED ESTABLISHED by=segment
