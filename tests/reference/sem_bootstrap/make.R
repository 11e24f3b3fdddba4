# Reference values for the bootstrap. Run: python make_rows.py; Rscript make.R   (lavaan 0.6-14)
# 1. The rows that our replicates draw (rows.json), fitted by lavaan one replicate at a time.
# 2. lavaan's own draws of a small model, and the intervals that it makes of them.
suppressMessages({library(lavaan); library(jsonlite)})
rows <- fromJSON("rows.json", simplifyVector = FALSE)
numbers <- function(x) as.integer(unlist(x))
polish <- list(reltol = 1e-16, maxit = 10000)
exact <- function(model, data, ...) {  # lavaan's own stopping rule leaves 1e-5 of an estimate open
  first <- suppressWarnings(sem(model, data = data, se = "none", test = "none", ...))
  start <- parTable(first); start$start <- start$est; start$est <- NULL
  suppressWarnings(sem(start, data = data, optim.method = "BFGS", control = polish, ...))
}
told <- function(fit) list(est = parameterEstimates(fit, se = FALSE)$est,
                           std = standardizedSolution(fit, se = FALSE)$est.std,
                           fmin = as.numeric(fitMeasures(fit, "fmin")))
democracy <- "ind60 =~ x1 + x2 + x3
dem60 =~ y1 + y2 + y3 + y4
dem65 =~ y5 + y6 + y7 + y8
dem60 ~ a*ind60
dem65 ~ c*ind60 + b*dem60
ab := a*b
total := c + a*b"
hs_cfa <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
out <- list()
out$democracy <- list(model = democracy, replicates = lapply(rows$democracy, function(r)
  told(exact(democracy, PoliticalDemocracy[numbers(r), ]))))
hs <- HolzingerSwineford1939
one <- hs[hs$school == "Pasteur", ]; two <- hs[hs$school == "Grant-White", ]
out$schools <- list(model = hs_cfa, replicates = lapply(seq_along(rows$schools[[1]]), function(b)
  told(exact(hs_cfa, rbind(one[numbers(rows$schools[[1]][[b]]), ], two[numbers(rows$schools[[2]][[b]]), ]),
             group = "school", group.equal = "loadings"))))
mimic <- "visual =~ x1 + x2 + x3\nvisual ~ sex + ageyr"
out$mimic <- list(model = mimic, replicates = lapply(seq_along(rows$schools[[1]]), function(b)
  told(exact(mimic, one[numbers(rows$schools[[1]][[b]]), ]))))

set.seed(7)
small <- "x2 ~ a*x1\nx3 ~ b*x2 + x1\nab := a*b"
fit <- sem(small, data = hs, se = "bootstrap", bootstrap = 199)
kinds <- c(perc = "perc", basic = "basic", norm = "norm", bc = "bca.simple")
free <- parTable(fit)$free > 0
out$intervals <- list(
  estimate = coef(fit, type = "free"), draws = unname(lavInspect(fit, "boot")),
  limits = lapply(kinds, function(kind) {
    pe <- parameterEstimates(fit, boot.ci.type = kind)
    pe <- pe[match(names(coef(fit)), ifelse(pe$label != "", pe$label, paste0(pe$lhs, pe$op, pe$rhs))), ]
    list(lower = pe$ci.lower, upper = pe$ci.upper)
  }))
writeLines(toJSON(out, digits = 15, auto_unbox = TRUE, matrix = "rowmajor"), "expected.json")
