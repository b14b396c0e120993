# LAST-ACK gives up: the FIN went nowhere.
server joined=CLOSE-WAIT
1138 s CLOSE-WAIT LAST-ACK by=301 seq=616 ack=80
1140 s > FIN,ACK 616 80
201140 s > FIN,ACK 616 80 again=1
601140 s > FIN,ACK 616 80 again=2
server cause=timeout
1601140 s LAST-ACK CLOSED by=timer tries=2 error=ETIMEDOUT
