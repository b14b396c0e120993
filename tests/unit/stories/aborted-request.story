server flag=request cause=aborted
10 s < SYN 0
11 s LISTEN SYN-RECEIVED as=hidden by=segment
12 s > SYN,ACK 0 1
500 s SYN-RECEIVED CLOSED as=hidden by=900 reason=aborted
