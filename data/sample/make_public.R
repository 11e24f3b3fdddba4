# Writes the public data sets as CSV, unchanged but for an id column: bfi from psychTools,
# HolzingerSwineford1939 and PoliticalDemocracy from lavaan.
# Run in this folder: Rscript make_public.R
suppressPackageStartupMessages({
  library(lavaan)
  library(psychTools)
})

save <- function(frame, file) {
  connection <- file(file, "wb") # the same line ends on every system
  write.csv(frame, connection, row.names = FALSE, na = "", quote = FALSE)
  close(connection)
}

data(bfi, package = "psychTools")
save(cbind(respondent_id = rownames(bfi), bfi), "bfi.csv")
save(HolzingerSwineford1939, "holzinger.csv")
save(PoliticalDemocracy, "political_democracy.csv")
