# The data sets, written once as CSV with full digits so that both sides read the same numbers.

hs <- HolzingerSwineford1939[, c("sex", "ageyr", "school", paste0("x", 1:9))]
hs$age <- ifelse(hs$ageyr <= 12, "twelve", ifelse(hs$ageyr == 13, "thirteen", "older"))

bfi_items <- c(paste0("A", 1:5), paste0("C", 1:5), paste0("E", 1:5), paste0("N", 1:5), paste0("O", 1:5))
bfi <- psychTools::bfi[, bfi_items]
bfi <- bfi[complete.cases(bfi), ]
rownames(bfi) <- NULL

datasets <- list(
  holzinger = hs,
  political = PoliticalDemocracy,
  bfi = bfi,
  growth = Demo.growth
)

for (name in names(datasets)) {
  frame <- datasets[[name]]
  for (column in names(frame)) {
    if (is.double(frame[[column]])) frame[[column]] <- formatC(frame[[column]], digits = 17, format = "g")
  }
  path <- file.path("data", paste0(name, ".csv"))
  write.csv(frame, path, row.names = FALSE, quote = FALSE)
  datasets[[name]] <- read.csv(path, stringsAsFactors = FALSE)
}
