client cause=given-up known=7
0 c CLOSED SYN-SENT by=812
9 c > SYN 0
33 c SYN-SENT CLOSED by=812
