server role=3 known=1
1 s CLOSED LISTEN by=301
