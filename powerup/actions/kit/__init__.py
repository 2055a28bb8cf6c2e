"""What every action is made of: what is asked, the scene, the change, the answer, and writing a change down."""
