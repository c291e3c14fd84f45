// Draws everything, from top to bottom.
drawVerdict();
startQuestions();
startHeat();
startChart();
drawLosses();
openNamed();
