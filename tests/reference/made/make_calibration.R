# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
# Makes calibration.json with R 4.2.2: Rscript make_calibration.R > calibration.json
# Probabilities and outcomes by formula, so that the test makes the same ones: i = 1..400.
i <- 1:400
p <- (0.5 + ((i * 37) %% 401)) / 402
y <- as.integer(((i * 53 + 11) %% 97) / 97 < plogis(-0.4 + 0.7 * qlogis(p)))
fit <- function(formula, ...) glm(formula, family = binomial, control = glm.control(epsilon = 1e-15, maxit = 100), ...)
x <- qlogis(p)
line <- fit(y ~ x)
large <- fit(y ~ offset(x))
number <- function(x) paste(formatC(x, digits = 17, format = "g"), collapse = ", ")
cat(sprintf("{\"made_by\": \"R %s.%s glm\", \"events\": %d, \"coefficients\": [%s], \"standard_errors\": [%s], \"log_likelihood\": %s,\n \"in_the_large\": %s, \"in_the_large_standard_error\": %s}\n",
            R.version$major, R.version$minor, sum(y), number(coef(line)), number(sqrt(diag(vcov(line)))), number(as.numeric(logLik(line))),
            number(coef(large)), number(sqrt(vcov(large)))))
