// Package missions is what OFII's five other missions share: parameters of the law by date, the territory of each direction, civil dates.
// Code is shared, data is not: each mission keeps its own persons, in its own schema, under its own role of the database.
//
// It protects a mission's figures from a constant that nobody dates (an amount is a row with its source and how sure we are of it), and
// knows neither the medical zone nor any mission.
package missions
