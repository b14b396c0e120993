0 c CLOSED SYN-SENT by=812
9 c > SYN 0
21 s < SYN 0
22 s LISTEN SYN-RECEIVED as=hidden by=segment
25 s > SYN,ACK 0 1
31 c < SYN,ACK 0 1
33 c SYN-SENT ESTABLISHED by=segment seq=1 ack=1
70 c > ACK 1 1
84 s < ACK 1 1
85 s LISTEN SYN-RECEIVED as=raw by=segment
86 s SYN-RECEIVED ESTABLISHED by=segment seq=1 ack=1
server cause=aborted
1001 s > RST,ACK 1 1
1002 s ESTABLISHED CLOSED by=99 error=ECONNABORTED
1010 c < RST,ACK 1 1
client cause=reset
1012 c ESTABLISHED CLOSED by=segment error=ECONNRESET
