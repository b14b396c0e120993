client cause=unreachable
0 c CLOSED SYN-SENT by=812
1 c > SYN 0
50 c SYN-SENT CLOSED by=segment error=ECONNREFUSED
