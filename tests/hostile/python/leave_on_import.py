# tries: leave while it is imported; expect: error|crashed
raise SystemExit(0)
