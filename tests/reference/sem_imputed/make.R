# Fits pooled over imputations by semTools 0.5-6 (runMI, lavTestLRT.mi, fitMeasures): Rscript make.R (in this folder)
# writes expected.json, and the imputed data by mice 3.15 if they are not there yet.
suppressMessages({library(semTools); library(mice); library(jsonlite)})

impute <- function(file, data, m) {
  if (!file.exists(file)) {
    done <- complete(mice(data, m = m, method = "pmm", seed = 20, printFlag = FALSE), "long")
    write.csv(done[, setdiff(names(done), ".id")], file, row.names = FALSE)
  }
  done <- read.csv(file)
  unname(lapply(split(done, done$.imp), function(d) d[, names(d) != ".imp"]))
}
hs <- read.csv("../sem_missing/hs_holes.csv")
# covariates: one with holes of its own, one without
hs$age <- as.numeric(scale(hs$x9 + 2 * sin(seq_len(nrow(hs)))))
hs$sex <- round(0.5 + 0.5 * sin(7 * seq_len(nrow(hs))))
items <- read.csv("../sem_missing/bfi10.csv")[1:400, 2:7]
datasets <- list(hs = impute("hs.csv", hs[, c("school", paste0("x", 1:9), "age", "sex")], 6),
                 items = impute("items.csv", items, 5))

factors <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
paths <- paste(sub("speed =~ x7 + x8 + x9", "speed =~ x8 + x7 + x1", factors, fixed = TRUE), "textual ~ a*visual\nspeed ~ b*textual + sex\nindirect := a*b", sep = "\n")
gaps <- sub("sex", "age", paths)   # here semTools takes the covariate's moments from one data set
equal <- "visual =~ x1 + l*x2 + l*x3\ntextual =~ x4 + x5 + x6"
ordinal <- paste("one =~", paste(names(items)[1:3], collapse = " + "), "\ntwo =~", paste(names(items)[4:6], collapse = " + "))
case <- function(name, data, model, ..., freer = NULL, tests = c("D3", "D2"))
  list(name = name, data = data, model = model, options = list(...), freer = freer, tests = tests)
cases <- list(
  case("plain", "hs", sub("x8 + x9", "l*x8 + l*x9", factors, fixed = TRUE), freer = factors),
  case("groups", "hs", factors, group = "school", group_equal = "loadings"),
  case("robust", "hs", factors, estimator = "MLR"),
  case("scaled", "hs", factors, estimator = "MLM"),
  case("paths", "hs", paths),
  case("imputed_covariate", "hs", gaps),
  case("equal", "hs", equal),
  case("least_squares", "hs", equal, estimator = "GLS", tests = "D2"),
  case("ordinal", "items", ordinal, ordered = TRUE, tests = "D2")
)
words <- function(options) setNames(options, gsub("_", ".", names(options), fixed = TRUE))
number <- function(x) { x <- as.numeric(x); x[is.infinite(x)] <- NA; x }
named <- function(x) as.list(setNames(number(x), gsub(".", "_", names(x), fixed = TRUE)))
table_of <- function(fit, ...) {
  found <- as.data.frame(summary(fit, ci = TRUE, fmi = TRUE, standardized = TRUE, output = "data.frame", ...))
  keep <- intersect(c("lhs", "op", "rhs", "group"), names(found))
  values <- intersect(c("est", "se", "t", "df", "pvalue", "ci.lower", "ci.upper", "std.lv", "std.all", "fmi", "riv"),
                      names(found))
  c(as.list(found[keep]), setNames(lapply(found[values], number), gsub(".", "_", values, fixed = TRUE)))
}
run <- function(spec) {
  call <- if (grepl("indirect", spec$model)) "sem" else "cfa"
  fitted <- function(model) suppressWarnings(do.call(runMI, c(
    list(model = model, data = datasets[[spec$data]], fun = call), words(spec$options))))
  fit <- fitted(spec$model)
  test <- function(kind, asymptotic, ...) named(suppressMessages(suppressWarnings(
    lavTestLRT.mi(fit, test = kind, asymptotic = asymptotic, ...))))
  tests <- lapply(setNames(spec$tests, spec$tests), function(kind) list(chisq = test(kind, TRUE), f = test(kind, FALSE)))
  out <- list(name = spec$name, call = call, data = spec$data, model = spec$model,
    options = if (length(spec$options)) spec$options else setNames(list(), character()),
    parameters = table_of(fit, scale.W = FALSE), scaled_se = number(table_of(fit, scale.W = TRUE)$se),
    tests = tests,
    measures = lapply(setNames(spec$tests, spec$tests), function(kind) named(suppressMessages(suppressWarnings(
      fitMeasures(fit, test = kind, asymptotic = TRUE)))))) 
  if (!is.null(spec$freer)) {
    freer <- fitted(spec$freer)
    out$freer <- spec$freer
    out$differences <- lapply(setNames(spec$tests, spec$tests), function(kind)
      list(chisq = test(kind, TRUE, h1 = freer), f = test(kind, FALSE, h1 = freer)))
  }
  out
}
found <- lapply(cases, run)
names(found) <- vapply(cases, function(case) case$name, "")
write_json(found, "expected.json", auto_unbox = TRUE, digits = 15, na = "null", null = "null", pretty = FALSE)
