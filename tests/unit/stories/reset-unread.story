# close() with data unread.
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
server cause=unread
1000 s ESTABLISHED CLOSED by=301 seq=1 ack=79
1004 s > RST,ACK 1 79
1010 c < RST,ACK 1 79
client cause=reset
1012 c ESTABLISHED CLOSED by=segment error=ECONNRESET
