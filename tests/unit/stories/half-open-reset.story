# The client of a scan: SYN, and a reset for the answer.
server flag=request
21 s < SYN 0
22 s LISTEN SYN-RECEIVED as=hidden by=segment
25 s > SYN,ACK 0 1
40 s < RST 1
server cause=reset
41 s SYN-RECEIVED CLOSED as=hidden by=segment reason=reset
