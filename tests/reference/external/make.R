# Criterion and known-groups validity of bfi's scales: base R's tests, psych's Hedges' g.
library(psych); library(jsonlite)
d <- read.csv("../../../data/sample/bfi.csv")
turned <- c("A1", "C4", "C5", "E1", "E2", "O2", "O5")
d[turned] <- 7 - d[turned]
items <- list(A = paste0("A", 1:5), N = paste0("N", 1:5))
one <- function(v) {
  score <- rowMeans(d[v], na.rm = TRUE)
  test <- cor.test(score, d$age)
  a <- alpha(d[v])$total$raw_alpha
  t <- t.test(score[d$gender == 1], score[d$gender == 2])
  g <- cohen.d(data.frame(score, gender = d$gender), group = "gender")
  w <- oneway.test(score ~ factor(education), d)
  table <- anova(lm(score ~ factor(education), d))
  ss <- table$`Sum Sq`; ms <- table$`Mean Sq`
  list(r = unname(test$estimate), lower = test$conf.int[1], upper = test$conf.int[2], p = test$p.value,
       corrected = unname(test$estimate) / sqrt(a), n = sum(complete.cases(score, d$age)),
       t = unname(t$statistic), t_df = unname(t$parameter), t_p = t$p.value, g = unname(g$hedges.g[, "effect"]),
       welch = unname(w$statistic), df1 = unname(w$parameter[1]), df2 = unname(w$parameter[2]), welch_p = w$p.value,
       omega2 = (ss[1] - table$Df[1] * ms[2]) / (sum(ss) + ms[2]))
}
write_json(lapply(items, one), "expected.json", digits = NA, auto_unbox = TRUE)
