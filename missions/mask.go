package missions

// smallest is the number of cases under which a figure could point at a person: that of most public statistics.
const smallest = 5

// Masked are counts as they may be shown, and their total: nil is a figure that is kept back. One from 1 to 4 is; then the smallest of the others,
// until at least two are kept back and what they hide together is no small figure itself, for the total would give it away. Where that cannot be, the
// total is kept back too (TestNoSmallCountIsShownNorFound).
func Masked(counts []int) (shown []*int, total *int) {
	shown = make([]*int, len(counts))
	sum, hidden, hiddenSum := 0, 0, 0
	for i, n := range counts {
		sum += n
		if n == 0 || n >= smallest {
			shown[i] = &counts[i]
			continue
		}
		hidden, hiddenSum = hidden+1, hiddenSum+n
	}
	for hidden == 1 || hidden > 0 && hiddenSum < smallest {
		least := -1
		for i, n := range shown {
			if n != nil && *n > 0 && (least < 0 || *n < *shown[least]) {
				least = i
			}
		}
		if least < 0 {
			return shown, nil
		}
		hidden, hiddenSum = hidden+1, hiddenSum+*shown[least]
		shown[least] = nil
	}
	return shown, &sum
}
