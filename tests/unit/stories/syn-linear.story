client cause=timeout
0 c CLOSED SYN-SENT by=812
1 c > SYN 0
1000000 c > SYN 0 again=1
2000000 c > SYN 0 again=2
3000000 c > SYN 0 again=3
4000000 c > SYN 0 again=4
5000000 c > SYN 0 again=5
7000000 c > SYN 0 again=6
11000000 c > SYN 0 again=7
60000000 c SYN-SENT CLOSED by=timer tries=10 error=ETIMEDOUT
