server flag=request flag=cookie
10 s < SYN 0
12 s > SYN,ACK 0 1
