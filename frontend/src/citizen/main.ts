import "../../tokens/fonts.css";
