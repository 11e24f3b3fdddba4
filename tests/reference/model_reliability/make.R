# Reliability of factors from fitted models: semTools 0.5-6's compRelSEM, lavaan 0.6-14, R 4.2.2.
# Run in this folder: Rscript make.R
suppressMessages({library(lavaan); library(semTools); library(jsonlite)})
bfi <- na.omit(read.csv("../factors/bfi.csv")); holzinger <- read.csv("../factors/holzinger.csv")
for (i in c("A1", "C4", "C5", "E1", "E2", "O2", "O5")) bfi[[i]] <- 7 - bfi[[i]]
three <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
crossed <- "visual =~ x1 + x2 + x3 + x9\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
# two scales of bfi with a factor behind all: orthogonal, which the words of the model say
general <- "g =~ A1 + A2 + A3 + A4 + A5 + E1 + E2 + E3 + E4 + E5
agree =~ A1 + A2 + A3 + A4 + A5\nextra =~ E1 + E2 + E3 + E4 + E5
g ~~ 0*agree\ng ~~ 0*extra\nagree ~~ 0*extra"
scales <- "A =~ A2 + A3 + A5\nC =~ C1 + C2 + C3\nE =~ E3 + E4 + E5"
ordinal <- c("A2", "A3", "A5", "C1", "C2", "C3", "E3", "E4", "E5")
# semTools cannot give the total of ordinal items: it adds up what it then multiplies
tight <- list(rel.tol = 1e-10)
out <- function(fit, total = TRUE) {
  stopifnot(lavInspect(fit, "converged"))
  of <- function(obs) as.list(c(unclass(suppressWarnings(suppressMessages(
    compRelSEM(fit, obs.var = obs, return.total = total))))))
  list(observed = of(TRUE), implied = of(FALSE))
}
write_json(list(
  three = out(cfa(three, holzinger, control = tight)),
  crossed = out(cfa(crossed, holzinger, control = tight)),
  bifactor = out(cfa(general, bfi, std.lv = TRUE, control = tight)),
  ordinal = out(suppressWarnings(cfa(scales, bfi, ordered = ordinal, control = tight)), total = FALSE),
  model = list(three = three, crossed = crossed, bifactor = general, ordinal = scales)
), "expected.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)
