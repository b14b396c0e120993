# A crafted SYN, and no ACK.
server flag=request
21 s < SYN 0
22 s LISTEN SYN-RECEIVED as=hidden by=segment
25 s > SYN,ACK 0 1
1000025 s > SYN,ACK 0 1 again=1
3000025 s > SYN,ACK 0 1 again=2
server cause=timeout
7000025 s SYN-RECEIVED CLOSED as=hidden by=timer reason=timeout tries=2
