# Two hosts whose clocks are apart: 20 ms, and 3 s later on. The first SYN is lost.
client recording=1
server recording=2
0 c CLOSED SYN-SENT by=812
9 c > SYN 0
1000009 c > SYN 0 again=1
980021 s < SYN 0
980022 s LISTEN SYN-RECEIVED as=hidden by=segment
980025 s > SYN,ACK 0 1
1000031 c < SYN,ACK 0 1
1000033 c SYN-SENT ESTABLISHED by=segment seq=1 ack=1
4000070 c > ACK 1 1
1000084 s < ACK 1 1
1000085 s LISTEN SYN-RECEIVED as=raw by=segment
1000086 s SYN-RECEIVED ESTABLISHED by=segment seq=1 ack=1
