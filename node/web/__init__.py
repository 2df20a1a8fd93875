"""The node's pages: HTML made on the server, for people with a phone and for those who look in.

Rules:

* A page shows what the viewer may see (`node.lookup.sight`), and is given nothing besides. From
  outside that is what is public; inside is who opened the one-time link of `verbund serve`.
* What others wrote is text: escaped, kept apart from the direction of its surroundings (`<bdi>`),
  broken where a line ends. Only `http://` and `https://` addresses become links to elsewhere.
* Nothing here writes anything but two cookies: the language, and the key of whoever is inside.
* No script runs on any page; the Content-Security-Policy allows none.
* A page that someone inside sees is never stored by a browser (`Cache-Control: no-store`).

`site.Site` serves the routes of the features, each with the right that it names. A page is made in
three steps: `visit` reads the request, the route's function asks the store through a `Sight`,
`render` makes the HTML. Jinja2 and icalendar are imported when the first page or calendar is asked
for, so that a node starts quickly.
"""
