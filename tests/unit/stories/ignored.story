server flag=request known=3
21 s < SYN 0
22 s full
1000021 s < SYN 0 again=1
1000022 s full
