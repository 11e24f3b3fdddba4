# Reference values for panels: longitudinal invariance with correlated uniquenesses, latent change.
# Run: Rscript make.R   (lavaan 0.6-14). panel.csv is drawn here, so that both sides read the same rows.
suppressMessages({library(lavaan); library(jsonlite); library(MASS)})
set.seed(7)
n <- 500; loads <- c(.8, .7, .75, .65); means <- c(0, .25, .4)
f <- mvrnorm(n, means, matrix(c(1, .6, .5, .6, 1.1, .7, .5, .7, 1.2), 3))
data <- data.frame(id = sprintf("p%03d", 1:n))
unique_ <- lapply(1:4, function(j) mvrnorm(n, rep(0, 3), .4 * (diag(3) * .7 + .3)))
for (w in 1:3) for (j in 1:4)
  data[[paste0("y", j, ".", w)]] <- round(3 + loads[j] * f[, w] + unique_[[j]][, w] + (j == 3 && w == 3) * .5, 4)
gone2 <- runif(n) < plogis(-1.5 - .6 * f[, 1]); gone3 <- gone2 | runif(n) < .15
data[gone2, grep("\\.2$", names(data))] <- NA
data[gone3, grep("\\.3$", names(data))] <- NA
for (k in sample(which(!gone3), 20)) data[k, paste0("y2.", sample(3, 1))] <- NA
write.csv(data, "panel.csv", row.names = FALSE, na = "")

free_of <- "y3"
model <- function(level, freed = character()) {
  lines <- c()
  for (w in 1:3) {
    items <- paste0("y", 1:4)
    lab <- ifelse(level >= 1 & !(items %in% freed), paste0("l_", items, "*"), "")
    lines <- c(lines, paste0("F.", w, " =~ ", paste0("NA*", items, ".", w, collapse = " + "),
                             if (any(lab != "")) paste0(" + ", paste0(lab[lab != ""], items[lab != ""], ".", w, collapse = " + "))))
    ilab <- ifelse(level >= 2 & !(items %in% freed), paste0("i_", items, "*"), "")
    lines <- c(lines, paste0(items, ".", w, " ~ ", ilab, "1"))
    lines <- c(lines, paste0("F.", w, " ~~ ", if (w > 1 && level >= 1) "NA*" else "1*", "F.", w),
                      paste0("F.", w, " ~ ", if (w > 1 && level >= 2) "NA*1" else "0*1"))
  }
  for (j in 1:4) lines <- c(lines, paste0("y", j, ".1 ~~ y", j, ".2 + y", j, ".3"), paste0("y", j, ".2 ~~ y", j, ".3"))
  paste(lines, collapse = "\n")
}
wanted <- c("chisq", "df", "pvalue", "cfi", "rmsea", "srmr", "chisq.scaled", "pvalue.scaled", "cfi.robust", "rmsea.robust")
whole <- na.omit(data)
# lavaan's own optimizer stops early: a second one goes on from where it stopped
polished <- function(fitter, text, d, ...) {
  start <- fitter(text, data = d, meanstructure = TRUE, ...)
  suppressWarnings(fitter(text, data = d, meanstructure = TRUE, start = start, optim.method = "BFGS",
                          control = list(reltol = 1e-16, maxit = 10000), ...))
}
run <- function(text, d, ...) polished(cfa, text, d, ...)
case <- function(d, ...) {
  fits <- lapply(list(configural = model(0, "y3"), metric = model(1, "y3"), scalar = model(2, "y3")), run, d = d, ...)
  list(measures = lapply(fits, function(f) { m <- fitMeasures(f); as.list(m[intersect(wanted, names(m))]) }),
       differences = list(metric = lavTestLRT(fits$configural, fits$metric)[2, ], scalar = lavTestLRT(fits$metric, fits$scalar)[2, ]),
       scalar = parameterEstimates(fits$scalar)[, c("lhs", "op", "rhs", "est", "se")])
}
# latent change scores, written out: the change is a factor of its own
change <- function(d, ...) {
  text <- gsub("F.2 ~~ NA\\*F.2|F.3 ~~ NA\\*F.3|F.2 ~ NA\\*1|F.3 ~ NA\\*1", "", model(2, "y3"))
  text <- paste(text, "F.2 ~ 1*F.1\nF.3 ~ 1*F.2\nF.2 ~~ 0*F.2\nF.3 ~~ 0*F.3\nF.2 ~ 0*1\nF.3 ~ 0*1",
    "D2 =~ 1*F.2\nD3 =~ 1*F.3\nD2 ~~ D2\nD3 ~~ D3\nD2 ~ 1\nD3 ~ 1\nF.1 ~~ D2 + D3\nD2 ~~ D3\nF.1 ~~ 0*F.2", sep = "\n")
  text <- gsub("\nF.1 ~~ 0\\*F.2", "", text)
  fit <- polished(lavaan, text, d, auto.var = TRUE, int.ov.free = TRUE, ...)
  p <- parameterEstimates(fit)
  list(fit = as.list(fitMeasures(fit)[c("chisq", "df")]),
       rows = p[grepl("^D|^F.1$", p$lhs) & p$op %in% c("~~", "~1"), c("lhs", "op", "rhs", "est", "se")])
}
# the generalized score test of Boos (1992), from lavaan's matrices: release of y2's loading and intercept
robust_score <- function(fit, label) {
  pt <- parTable(fit); free <- pt$free > 0
  con <- fit@Model@ceq.JAC; npar <- max(pt$free)
  g <- -lavTech(fit, "gradient.logl")  # of one row
  A <- lavTech(fit, "information.observed"); B <- lavTech(fit, "information.first.order")
  plabel <- pt$plabel[pt$label == label[1] | pt$label == label[2]]
  eq <- pt[pt$op == "==", ]; release <- eq$lhs %in% plabel
  null_space <- function(m) { s <- svd(m, nv = ncol(m)); s$v[, (sum(s$d > 1e-10) + 1):ncol(m), drop = FALSE] }
  K <- null_space(con); L <- null_space(con[!release, , drop = FALSE])
  C <- svd(L - K %*% solve(crossprod(K)) %*% t(K) %*% L); C <- C$u[, C$d > 1e-8, drop = FALSE]
  D <- t(C) - t(C) %*% A %*% K %*% solve(t(K) %*% A %*% K) %*% t(K)
  u <- D %*% as.vector(g)
  list(stat = as.numeric(nobs(fit) * t(u) %*% solve(D %*% B %*% t(D)) %*% u), df = ncol(C))
}
scored <- run(model(2), whole, estimator = "MLR")
# a construct of constructs in two groups: its parts' means follow from its own, or are free
hs <- read.csv("../sem_post/hs.csv")
of_parts <- function(free) polished(cfa, paste("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9",
  paste(c("visual", "textual", "speed"), "~ c(0,", if (free) "NA" else "0", ")*1", collapse = "\n"),
  "g =~ visual + textual + speed", paste("g ~ c(0,", if (free) "0" else "NA", ")*1"), sep = "\n"), hs,
  group = "school", group.equal = c("loadings", "intercepts"), std.lv = TRUE)
second <- list(free = of_parts(TRUE), held = of_parts(FALSE)); p <- parameterEstimates(second$held)
order2 <- list(chisq = lapply(second, fitMeasures, "chisq"), df = lapply(second, fitMeasures, "df"),
               rows = p[p$lhs == "g" & p$op %in% c("~1", "~~"), c("lhs", "op", "group", "est", "se")],
               groups = lavInspect(second$held, "group.label"))
# four categories of the same, everybody seen: Wu and Estabrook's levels with waves in place of groups
cats <- as.data.frame(lapply(whole[, -1], function(v) as.integer(cut(v, c(-Inf, 2, 3, 4, Inf)))))
names(cats) <- names(whole)[-1]
write.csv(cats, "categories.csv", row.names = FALSE)
ordinal <- function(rank, freed = "y3") {
  lines <- c()
  for (w in 1:3) {
    items <- paste0("y", 1:4); held <- !(items %in% freed)
    lines <- c(lines, paste0("F.", w, " =~ ", paste0("NA*", items, ".", w, collapse = " + "),
      if (rank >= 2) paste0(" + ", paste0("l_", items[held], "*", items[held], ".", w, collapse = " + "))),
      paste0("F.", w, " ~~ ", if (w > 1 && rank >= 2) "NA*" else "1*", "F.", w),
      paste0("F.", w, " ~ ", if (w > 1 && rank >= 3) "NA*1" else "0*1"))
    for (j in 1:4) {
      loose <- w > 1 && rank >= 1 && held[j]
      lab <- if (rank >= 1 && held[j]) paste0("t", 1:3, "_", items[j], "*") else ""
      lines <- c(lines, paste0(items[j], ".", w, " | ", paste0(lab, "t", 1:3, collapse = " + ")),
        paste0(items[j], ".", w, " ~ ", if (loose && rank < 3) "NA*1" else "0*1"),
        paste0(items[j], ".", w, " ~~ ", if (loose) "NA*" else "1*", items[j], ".", w))
    }
  }
  for (j in 1:4) lines <- c(lines, paste0("y", j, ".1 ~~ y", j, ".2 + y", j, ".3"), paste0("y", j, ".2 ~~ y", j, ".3"))
  paste(lines, collapse = "\n")
}
ordered <- lapply(list(configural = 0, thresholds = 1, metric = 2, scalar = 3), function(r)
  cfa(ordinal(r), cats, ordered = TRUE, parameterization = "theta", estimator = "WLSMV"))
categories <- list(measures = lapply(ordered, function(f) as.list(fitMeasures(f, c("chisq", "df", "chisq.scaled", "cfi.scaled", "srmr")))),
  scalar = subset(parameterEstimates(ordered$scalar), grepl("^F", lhs) & op %in% c("~~", "~1"), c("lhs", "op", "rhs", "est", "se")))
out <- list(categories = categories, order2 = order2, complete = case(whole, estimator = "ML"), fiml = case(data, estimator = "MLR", missing = "ml"),
            change_complete = change(whole, estimator = "ML"), change_fiml = change(data, estimator = "MLR", missing = "ml"),
            score = lapply(setNames(paste0("y", 1:4), paste0("y", 1:4)), function(i) robust_score(scored, paste0(c("l_", "i_"), i))))
writeLines(toJSON(out, digits = 15, auto_unbox = TRUE, dataframe = "columns"), "expected.json")
str(out$score); print(out$change_fiml); str(out$fiml$measures)
