package form_test
import ("testing";"os";"fmt")
func TestDump(t *testing.T){ for i,s:=range stories(){ os.WriteFile(fmt.Sprintf("/tmp/ft/s%d.pdf",i), render(t,s.opinion,s.names).Unsealed(),0644)} }
