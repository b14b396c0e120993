client cause=refused
0 c CLOSED SYN-SENT by=812
90 c SYN-SENT CLOSED by=segment error=ECONNREFUSED
