import "../../tokens/fonts.css";
import "../../tokens/wall.css";
import "./screen.css";
