# The first SYN is lost, and so is the first SYN,ACK.
0 c CLOSED SYN-SENT by=812
9 c > SYN 0
1000009 c > SYN 0 again=1
1000021 s < SYN 0
1000022 s LISTEN SYN-RECEIVED as=hidden by=segment
1000025 s > SYN,ACK 0 1
2010000 s > SYN,ACK 0 1 again=1
2010031 c < SYN,ACK 0 1
2010033 c SYN-SENT ESTABLISHED by=segment seq=1 ack=1
2010070 c > ACK 1 1
2010084 s < ACK 1 1
2010085 s LISTEN SYN-RECEIVED as=raw by=segment
2010086 s SYN-RECEIVED ESTABLISHED by=segment seq=1 ack=1
2510086 s accepted by=301
