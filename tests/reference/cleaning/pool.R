# Rubin's rules by mice::pool.scalar. Run: Rscript pool.R (in this folder)
suppressMessages({library(mice); library(jsonlite)})
q <- c(1.00, 1.25, 1.10, 0.95, 1.18); s <- c(.20, .22, .19, .21, .20)
r <- pool.scalar(q, s^2, n = 120, k = 3)
write_json(list(q = q, s = s, estimate = r$qbar, se = sqrt(r$t), df = r$df, fmi = r$fmi),
           "pool.json", auto_unbox = TRUE, digits = 14)
