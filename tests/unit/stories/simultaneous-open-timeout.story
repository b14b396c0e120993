client cause=timeout
0 c CLOSED SYN-SENT by=812
1 c > SYN 0
10 c < SYN 0
11 c SYN-SENT SYN-RECEIVED by=segment
12 c > SYN,ACK 0 1
1000000 c > SYN,ACK 0 1 again=1
30000000 c SYN-RECEIVED CLOSED by=timer error=ETIMEDOUT tries=5
