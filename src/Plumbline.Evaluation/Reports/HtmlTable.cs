using System.Text;

namespace Plumbline.Evaluation.Reports;

/// <summary>Tables that scroll inside their own frame, by keyboard too.</summary>
internal static class HtmlTable
{
    public static void Append(StringBuilder html, TableBlock table)
    {
        html.Append("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"").AppendText(table.Caption).Append("\">\n<table>\n");
        html.AppendElement("caption", table.Caption).Append("\n<thead>\n<tr>");
        foreach (var column in table.Columns)
        {
            html.Append(column.IsNumeric ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">")
                .AppendText(column.Name)
                .Append("</th>");
        }

        html.Append("</tr>\n</thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            if (row.Count != table.Columns.Count)
            {
                throw new ArgumentException(
                    $"A row of the table '{table.Caption}' has {row.Count} cells for {table.Columns.Count} columns.",
                    nameof(table)
                );
            }

            html.Append("<tr>");
            for (var i = 0; i < row.Count; i++)
            {
                var name = i == 0 ? "th" : "td";
                html.Append('<').Append(name).Append(i == 0 ? " scope=\"row\"" : string.Empty);
                html.Append(table.Columns[i].IsNumeric ? " class=\"number\">" : ">")
                    .AppendText(row[i])
                    .Append("</")
                    .Append(name)
                    .Append('>');
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table>\n</div>\n");
    }
}
