# As Linux does it: each end acknowledges the SYN,ACK once more; the other had its ACK.
server role=1
0 c CLOSED SYN-SENT by=812
1 c > SYN 0
298 s CLOSED SYN-SENT by=301
299 s > SYN 0
100399 s < SYN 0
100400 s SYN-SENT SYN-RECEIVED by=segment
101045 s > SYN,ACK 0 1 again=1
101136 c < SYN 0
101137 c SYN-SENT SYN-RECEIVED by=segment
101166 c > SYN,ACK 0 1 again=1
201424 c < SYN,ACK 0 1 again=1
201425 c SYN-RECEIVED ESTABLISHED by=segment
202105 c > ACK 1 1
202165 s < SYN,ACK 0 1 again=1
202166 s SYN-RECEIVED ESTABLISHED by=segment
202202 s > ACK 1 1
now 60000000
