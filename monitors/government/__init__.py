"""How well government works (hiệu quả hoạt động chính quyền): who is on time, and what was assigned to whom."""
