# An old duplicate of a SYN finds an older endpoint in TIME-WAIT: it has no part in its numbers.
client joined=TIME-WAIT known=3
1000 c < SYN 5
1002 c > ACK 9 9
