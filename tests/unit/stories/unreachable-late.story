client
0 c CLOSED SYN-SENT by=812
1 c > SYN 0
10 s < SYN 0
11 s LISTEN SYN-RECEIVED as=hidden by=segment
12 s > SYN,ACK 0 1
20 c < SYN,ACK 0 1
21 c SYN-SENT ESTABLISHED by=segment seq=1 ack=1
22 c > ACK 1 1
30 s < ACK 1 1
31 s LISTEN SYN-RECEIVED as=raw by=segment
32 s SYN-RECEIVED ESTABLISHED by=segment seq=1 ack=1
client cause=unreachable sent=20
900000000 c ESTABLISHED CLOSED by=timer tries=15 error=EHOSTUNREACH seq=21 ack=1
