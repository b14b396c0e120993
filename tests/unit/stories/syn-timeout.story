client known=7
0 c CLOSED SYN-SENT by=812
9 c > SYN 0
1000009 c > SYN 0 again=1
3000009 c > SYN 0 again=2
client cause=timeout
7000000 c SYN-SENT CLOSED by=timer error=ETIMEDOUT tries=2
